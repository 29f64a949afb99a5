"""One round of a queue's life by the vendor's Python client (qcloud-cmq-sdk-py3). Prints one JSON object for each step.

Arguments: endpoint, queue, SecretId, SecretKey, signature method (sha1, sha256), and the bodies to send, base64: the first alone,
the others together.
"""

import base64
import json
import sys

from cmq.account import Account
from cmq.queue import Message


def say(step, **members):
    print(json.dumps({"step": step, **members}), flush=True)


def received(messages):
    say(
        "received",
        messages=[
            {
                "msgId": message.msgId,
                "body": base64.b64encode(message.msgBody.encode()).decode(),
                "dequeueCount": message.dequeueCount,
            }
            for message in messages
        ],
    )


def fails(step, action):
    try:
        action()
        say(step, error=None)
    except Exception as error:  # every class of the client's
        say(step, error=base64.b64encode(str(error).encode()).decode())


endpoint, name, secret_id, secret_key, sign = sys.argv[1:6]
bodies = [base64.b64decode(body).decode() for body in sys.argv[6:]]


def queue_of(key, queue):
    account = Account(endpoint, secret_id, key)
    account.close_log()
    account.set_sign(sign)
    return account.get_queue(queue)


queue = queue_of(secret_key, name)
meta = queue.get_attributes()
say("attributes", visibilityTimeout=meta.visibilityTimeout, activeMsgNum=meta.activeMsgNum)

sent = [queue.send_message(Message(bodies[0]))]
sent += queue.batch_send_message([Message(body) for body in bodies[1:]])
say("sent", msgIds=[message.msgId for message in sent])

one = queue.receive_message(5)
received([one])
queue.delete_message(one.receiptHandle)
others = queue.batch_receive_message(16, 5)
received(others)
queue.batch_delete_message([message.receiptHandle for message in others])

fails("empty", lambda: queue.receive_message(1))
fails("handle", lambda: queue.batch_delete_message([one.receiptHandle]))
fails("queue", lambda: queue_of(secret_key, "no-such-queue").receive_message(1))
fails("key", lambda: queue_of("wrong", name).receive_message(1))
