import com.qcloud.cmq.Account;
import com.qcloud.cmq.Message;
import com.qcloud.cmq.Queue;
import com.qcloud.cmq.QueueMeta;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;

/**
 * One round of a queue's life by the vendor's Java client (com.qcloud:cmq-http-client). Prints one JSON object for each step.
 *
 * Arguments: endpoint, queue, SecretId, SecretKey, signature method (sha1, sha256), and the bodies to send, base64: the first alone,
 * the others together.
 */
public class CmqClient {
  public static void main(String[] args) throws Exception {
    Account account = new Account(args[0], args[2], args[3]);
    account.setSignMethod(args[4]);
    Queue queue = account.getQueue(args[1]);
    List<String> bodies = new ArrayList<>();
    for (String body : Arrays.copyOfRange(args, 5, args.length)) bodies.add(new String(Base64.getDecoder().decode(body), StandardCharsets.UTF_8));

    QueueMeta meta = queue.getQueueAttributes();
    say("attributes", "\"visibilityTimeout\":" + meta.visibilityTimeout + ",\"activeMsgNum\":" + meta.activeMsgNum);

    List<String> sent = new ArrayList<>();
    sent.add(queue.sendMessage(bodies.get(0)));
    sent.addAll(queue.batchSendMessage(bodies.subList(1, bodies.size())));
    say("sent", "\"msgIds\":[" + String.join(",", sent.stream().map(id -> "\"" + id + "\"").toList()) + "]");

    Message one = queue.receiveMessage(5);
    received("received", List.of(one));
    queue.deleteMessage(one.receiptHandle);
    List<Message> others = queue.batchReceiveMessage(16, 5);
    received("received", others);
    queue.batchDeleteMessage(others.stream().map(message -> message.receiptHandle).toList());

    fails("empty", () -> queue.receiveMessage(1));
    fails("handle", () -> queue.batchDeleteMessage(Collections.singletonList(one.receiptHandle)));
    fails("queue", () -> account.getQueue("no-such-queue").receiveMessage(1));
    Account stranger = new Account(args[0], args[2], "wrong");
    fails("key", () -> stranger.getQueue(args[1]).receiveMessage(1));
    System.exit(0);
  }

  interface Step {
    void run() throws Exception;
  }

  private static void fails(String step, Step action) {
    try {
      action.run();
      say(step, "\"error\":null");
    } catch (Exception e) {
      say(step, "\"error\":\"" + Base64.getEncoder().encodeToString(e.toString().getBytes(StandardCharsets.UTF_8)) + "\"");
    }
  }

  private static void received(String step, List<Message> messages) {
    List<String> shown = new ArrayList<>();
    for (Message message : messages) {
      String body = Base64.getEncoder().encodeToString(message.msgBody.getBytes(StandardCharsets.UTF_8));
      shown.add("{\"msgId\":\"" + message.msgId + "\",\"body\":\"" + body + "\",\"dequeueCount\":" + message.dequeueCount + "}");
    }
    say(step, "\"messages\":[" + String.join(",", shown) + "]");
  }

  private static void say(String step, String members) {
    System.out.println("{\"step\":\"" + step + "\"," + members + "}");
  }
}
