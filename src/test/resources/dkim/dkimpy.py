# dkimpy on the keys of this folder: "verify FILE" prints a verdict for each of two signatures,
# "sign FILE HEADER/BODY" prints the message with an RSA and an Ed25519 signature.
import os
import sys

import dkim

here = os.path.dirname(os.path.abspath(__file__))
records = dict(line.rstrip("\n").split("\t") for line in open(os.path.join(here, "dns")))


def dns(name, timeout=5):
    name = name.decode() if isinstance(name, bytes) else name
    return records[name.rstrip(".")].encode()


message = open(sys.argv[2], "rb").read()
if sys.argv[1] == "verify":
    print(*[dkim.DKIM(message).verify(idx=i, dnsfunc=dns) for i in range(2)])
else:
    forms = tuple(word.encode() for word in sys.argv[3].split("/"))
    signed = message
    for selector, algorithm, file in (
        ("t1-rsa", "rsa-sha256", "rsa.pem"),
        ("t1-ed25519", "ed25519-sha256", "ed25519.key"),
    ):
        key = open(os.path.join(here, file), "rb").read()
        signed = (
            dkim.sign(
                message,
                selector.encode(),
                b"clinic.example",
                key,
                canonicalize=forms,
                signature_algorithm=algorithm.encode(),
            )
            + signed
        )
    sys.stdout.buffer.write(signed)
