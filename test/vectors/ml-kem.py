"""ML-KEM-768 by a second implementation, the library of the Python package cryptography. Lines of JSON, in hexadecimal: for
{"seed", "ciphertext"} the encapsulation key of the seed, the secret in the ciphertext, and a ciphertext of its own with its secret."""
import json
import sys

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey

for line in sys.stdin:
    given = json.loads(line)
    private = MLKEM768PrivateKey.from_seed_bytes(bytes.fromhex(given["seed"]))
    public = private.public_key()
    secret, ciphertext = public.encapsulate()
    print(
        json.dumps(
            {
                "encapsulationKey": public.public_bytes_raw().hex(),
                "secret": private.decapsulate(bytes.fromhex(given["ciphertext"])).hex(),
                "ownSecret": secret.hex(),
                "ownCiphertext": ciphertext.hex(),
            }
        )
    )
