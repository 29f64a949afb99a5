"""Calls of the vendor's API by its own SDK (tencentcloud-sdk-python-mps), the endpoint changed and nothing else.

Reads from standard input one JSON object: endpoint, secretId, secretKey, method (POST, GET), signMethod, and calls, each with action
and content. Prints one JSON object for each call: `answer`, what came as it is; `model`, what the SDK's classes make of it; or
`error`, with code and requestId.
"""

import json
import sys

from tencentcloud.common import credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.mps.v20190612 import models, mps_client

given = json.load(sys.stdin)
http = HttpProfile(protocol="http", endpoint=given["endpoint"], reqMethod=given["method"])
key = credential.Credential(given["secretId"], given["secretKey"])
client = mps_client.MpsClient(key, "", ClientProfile(signMethod=given["signMethod"], httpProfile=http))


def called(action, content):
    request = getattr(models, action + "Request")()
    request.Content = content
    model = getattr(client, action)(request)
    answer = client.call_json(action, {"Content": content})["Response"]
    return {"answer": answer, "model": json.loads(model.to_json_string())}


for call in given["calls"]:
    try:
        said = called(call["action"], call["content"])
    except TencentCloudSDKException as error:
        said = {"error": {"code": error.get_code(), "requestId": error.get_request_id()}}
    print(json.dumps(said), flush=True)
