"""_asyncio: the C Future and Task, in a loop with sockets, queues, cancellation, subprocesses' pipes aside."""
import _asyncio
import asyncio
import contextvars

assert asyncio.Task is _asyncio.Task and asyncio.Future is _asyncio.Future
who = contextvars.ContextVar("who", default="nobody")


async def echo(reader, writer):
    while line := await reader.readline():
        writer.write(line.upper())
        await writer.drain()
    writer.close()


async def client(port, name):
    who.set(name)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answers = []
    for i in range(3):
        writer.write(f"{who.get()} {i}\n".encode())
        answers.append((await reader.readline()).decode().strip())
        await asyncio.sleep(0)
    writer.close()
    return answers


async def produce(queue):
    for i in range(5):
        await queue.put(i)
    await queue.put(None)


async def main():
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    print(await asyncio.gather(client(port, "ann"), client(port, "bob")), who.get())
    server.close()
    await server.wait_closed()

    queue = asyncio.Queue(2)
    task = asyncio.create_task(produce(queue), name="producer")
    got = []
    while (item := await queue.get()) is not None:
        got.append(item)
    await task
    print(got, task.done(), task.get_name(), task.result())

    sleeper = asyncio.create_task(asyncio.sleep(100))
    await asyncio.sleep(0)
    sleeper.cancel("enough")
    try:
        await sleeper
    except asyncio.CancelledError as error:
        print("cancelled", error.args, sleeper.cancelled())
    try:
        await asyncio.wait_for(asyncio.Event().wait(), 0.01)
    except asyncio.TimeoutError:
        print("timeout")
    future = asyncio.get_running_loop().create_future()
    future.add_done_callback(lambda f: print("callback", f.result()))
    future.set_result(7)
    print(await future, repr(future))
    results = await asyncio.gather(asyncio.sleep(0, "a"), broken(), return_exceptions=True)
    print(results)
    async with asyncio.Lock() as nothing, asyncio.Semaphore(2):
        print(nothing)
    print(await asyncio.get_running_loop().run_in_executor(None, sum, range(10)))
    print([x async for x in countdown(3)], len(asyncio.all_tasks()), asyncio.current_task() is not None)
    return "end"


async def broken():
    raise ValueError("broken")


async def countdown(n):
    while n:
        await asyncio.sleep(0)
        yield n
        n -= 1


print(asyncio.run(main()))
