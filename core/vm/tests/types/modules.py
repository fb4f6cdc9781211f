Module = type(__import__("sys"))


def attribute(module):
    return module.value


full = Module("full")
full.value = 1
for _ in range(3000):
    attribute(full)
print("warm", attribute(full))
for empty in Module("empty"), Module.__new__(Module):
    try:
        print(attribute(empty))
    except AttributeError as error:
        print(error)
