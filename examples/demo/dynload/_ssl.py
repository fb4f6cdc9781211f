"""_ssl: a handshake in memory, data both ways, certificates read, failures reported."""
import os
import ssl
import test

folder = os.path.dirname(test.__file__)
server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
server_context.load_cert_chain(os.path.join(folder, "keycert.pem"))
server_context.set_alpn_protocols(["krait/1", "http/1.1"])
client_context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
client_context.check_hostname = False
client_context.verify_mode = ssl.CERT_NONE
client_context.set_alpn_protocols(["krait/1"])


def pair(server_context, client_context, **options):
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    client = client_context.wrap_bio(to_client, to_server, **options)
    return server, client


def handshake(server, client):
    waiting = [client, server]
    for _ in range(20):
        for side in list(waiting):
            try:
                side.do_handshake()
                waiting.remove(side)
            except ssl.SSLWantReadError:
                pass
        if not waiting:
            return


names = []
server_context.sni_callback = lambda socket, name, context: names.append(name)
server, client = pair(server_context, client_context, server_hostname="localhost")
handshake(server, client)
print(client.version(), client.cipher()[1:], client.selected_alpn_protocol(), names, server.server_side)
client.write(b"hello " * 1000)
print(len(server.read(100000)), server.pending())
server.write(b"answer")
print(client.read(), len(client.getpeercert(True)) > 500, client.getpeercert())
try:
    client.read()
except ssl.SSLWantReadError as error:
    print(type(error).__mro__[1].__name__, error.reason)
strict = ssl.create_default_context()
server, client = pair(server_context, strict, server_hostname="localhost")
try:
    handshake(server, client)
except ssl.SSLCertVerificationError as error:
    print(error.reason, error.verify_code, error.verify_message)
try:
    ssl.SSLContext(ssl.PROTOCOL_TLS).load_cert_chain(__file__)
except ssl.SSLError as error:
    print(type(error).__name__, error.library, error.reason)
certificate = ssl._ssl._test_decode_cert(os.path.join(folder, "keycert.pem"))
print(certificate["subject"], certificate["version"], certificate["serialNumber"])
with open(os.path.join(folder, "keycert.pem")) as file:
    text = file.read()
print(ssl.PEM_cert_to_DER_cert(text[text.index("-----BEGIN CERT"):].strip())[:4].hex())
print(len(ssl.RAND_bytes(16)), ssl.OPENSSL_VERSION_INFO[0], ssl._txt2obj("2.5.4.3")[:3])
print(ssl.TLSVersion.TLSv1_2, ssl.OP_NO_SSLv3, ssl.HAS_TLSv1_3, server_context.session_stats()["accept"])
