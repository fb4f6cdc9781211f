"""-m http.server serving a file to a client; an asyncio echo server in a process of its own."""
import asyncio
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request

with open("page.html", "w") as file:
    file.write("<h1>krait</h1>" * 5000)
os.mkdir("folder")
server = subprocess.Popen([sys.executable, "-u", "-m", "http.server", "--bind", "127.0.0.1", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
try:
    port = int(re.search(r"port (\d+)", server.stdout.readline())[1])
    base = f"http://127.0.0.1:{port}/"
    with urllib.request.urlopen(base + "page.html") as answer:
        body = answer.read()
        print(answer.status, answer.headers["Content-Type"], answer.headers["Content-Length"], len(body), body[:14])
    print(sorted(re.findall(r'href="([^"]+)"', urllib.request.urlopen(base).read().decode())))
    try:
        urllib.request.urlopen(base + "missing")
    except urllib.error.HTTPError as error:
        print(error.code, error.reason, b"File not found" in error.read())
    print(urllib.request.urlopen(urllib.request.Request(base + "page.html", method="HEAD")).read())
finally:
    server.terminate()
    _, log = server.communicate()
print([re.sub(r"\[.*?\]", "[time]", line) for line in log.splitlines()], server.returncode)

ECHO = """
import asyncio, sys
async def serve(reader, writer):
    while data := await reader.read(1000):
        writer.write(data[::-1])
        await writer.drain()
    writer.close()
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()
asyncio.run(main())
"""


async def talk(port, word):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answers = []
    for i in range(20):
        writer.write(f"{word}{i}".encode())
        answers.append(await reader.read(100))
    writer.close()
    await writer.wait_closed()
    return answers[-1]


async def main():
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", ECHO, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
    port = int(await process.stdout.readline())
    print(await asyncio.gather(*(talk(port, word) for word in ("abc", "xyz", "123"))))
    process.stdin.close()
    print(await process.wait())


asyncio.run(main())
