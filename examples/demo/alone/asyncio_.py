"""asyncio: tasks, cancellation, and a server with its client on the loopback."""
import asyncio


async def answer(reader, writer):
    while line := await reader.readline():
        writer.write(line[::-1].lstrip() + b'\n')
    writer.close()


async def talk():
    server = await asyncio.start_server(answer, '127.0.0.1', 0)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection('127.0.0.1', port)
    writer.write(b'krait\npython\n')
    print(await reader.readline(), await reader.readline())
    writer.close()
    await writer.wait_closed()
    server.close()
    await server.wait_closed()


async def main():
    print(await asyncio.gather(*(asyncio.sleep(0.01 * (3 - n), n) for n in range(3))))
    task = asyncio.create_task(asyncio.sleep(100))
    try:
        await asyncio.wait_for(task, 0.01)
    except asyncio.TimeoutError:
        print('timeout', task.cancelled())
    loop = asyncio.get_running_loop()
    print(await loop.run_in_executor(None, sum, range(10)), asyncio.current_task().done())
    await talk()


asyncio.run(main())
