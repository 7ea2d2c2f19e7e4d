"""A password as PostgreSQL keeps it (RFC 5803), of the file in APP_PASSWORD_FILE."""

import base64
import hashlib
import hmac
import os
import secrets
import sys
from pathlib import Path

ROUNDS = 4096

password = Path(os.environ["APP_PASSWORD_FILE"]).read_text().strip()
if not password.isascii() or len(password) < 16:
    sys.exit("registry_app: 16 ASCII characters or more · 密码须至少 16 个 ASCII 字符")
salt = secrets.token_bytes(16)
salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ROUNDS)
client = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
server = hmac.digest(salted, b"Server Key", "sha256")
told = [base64.b64encode(part).decode() for part in (salt, client, server)]
print(f"SCRAM-SHA-256${ROUNDS}:{told[0]}${told[1]}:{told[2]}")
