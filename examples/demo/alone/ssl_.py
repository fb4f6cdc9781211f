"""ssl: a server and a client on the loopback with a self-signed certificate, trusted and not."""
import os
import socket
import ssl
import threading

PEM = '''\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgNtHdn+cjc5mOTeGd
9B0xtfgtNf6W9MgEP0vKZ2nzdeqhRANCAATrrJBGvZTntrv6cP2klDswn0fEMEY5
IZuVZodZ28+wzrJwve7tShgLeJfJIOK73ZK+x87gDvrWwTpK8CtWd8nG
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBrDCCAVGgAwIBAgIUUJNwYfEoYzPvy+nQ1G6LeW7EQaowCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzAwMzM0NVoYDzIxMjYxMDMw
MDAzMzQ1WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATrrJBGvZTntrv6cP2klDswn0fEMEY5IZuVZodZ28+wzrJwve7tShgL
eJfJIOK73ZK+x87gDvrWwTpK8CtWd8nGo38wfTAdBgNVHQ4EFgQUXKEnxUJMsSBq
WdoTQc2g0WoR2G0wHwYDVR0jBBgwFoAUXKEnxUJMsSBqWdoTQc2g0WoR2G0wDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwDgYDVR0P
AQH/BAQDAgKEMAoGCCqGSM49BAMCA0kAMEYCIQD1nWRDcr/pTANMNIf9Z+8YGd4K
h5Xg6d/okkdOj1HtLgIhAKIxEIRUWoN3Bi+aJgja9GWzAoZoJWPg/JrM1SxDZqJZ
-----END CERTIFICATE-----
'''

path = os.path.abspath('alone.pem')
with open(path, 'w') as file:
    file.write(PEM)
server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
server_context.load_cert_chain(path)
os.unlink(path)


reasons = []


def serve(listener):
    for _ in range(2):
        connection, _ = listener.accept()
        try:
            with server_context.wrap_socket(connection, server_side=True) as secure:
                while data := secure.recv(1000):
                    secure.sendall(data.upper())
        except ssl.SSLError as error:
            reasons.append(error.reason)


def connect(port, context):
    with socket.create_connection(('127.0.0.1', port)) as connection:
        with context.wrap_socket(connection, server_hostname='localhost') as secure:
            print(secure.version(), secure.cipher()[1:])
            secure.sendall(b'hello from the client')
            print(secure.recv(1000))
            return secure.getpeercert()


listener = socket.create_server(('127.0.0.1', 0))
port = listener.getsockname()[1]
thread = threading.Thread(target=serve, args=(listener,))
thread.start()
trusting = ssl.create_default_context(cadata=PEM[PEM.index('-----BEGIN CERT'):])
certificate = connect(port, trusting)
print(certificate['subject'], certificate['subjectAltName'], certificate['version'])
try:
    connect(port, ssl.create_default_context())
except ssl.SSLCertVerificationError as error:
    print('client:', error.verify_code)
thread.join()
listener.close()
print('server:', reasons)
print(len(ssl.RAND_bytes(16)), ssl.HAS_TLSv1_3, ssl.HAS_SNI)
