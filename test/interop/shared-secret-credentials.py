"""Makes a credential as Matrix Synapse does for /voip/turnServer: username and password, one on each line."""

import base64
import hashlib
import hmac
import sys
import time

secret, user, lifetime_ms = sys.argv[1:]
expiry = (time.time() * 1000 + int(lifetime_ms)) / 1000
username = "%d:%s" % (expiry, user)
digest = hmac.new(secret.encode(), msg=username.encode(), digestmod=hashlib.sha1).digest()
print(username)
print(base64.b64encode(digest).decode("ascii"))
