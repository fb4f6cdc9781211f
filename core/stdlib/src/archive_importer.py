"""Import from the archive inside the library: a path hook for its root, and loaders.

`archive` is given: find(path) -> bool, code(path) -> bytes or None, data(path) -> bytes or None, names(folder) -> list of
the files and folders directly in it. Paths are relative to the root, with '/' between parts. Modules that other libraries
have as shared objects: has_spare(name) -> bool, fill_spare(module).
"""

import _frozen_importlib as _bootstrap
import _frozen_importlib_external as _external
import _imp
import marshal
import sys


class ArchiveImporter(_external._LoaderBasics):
    """Finds and loads the modules of one folder of the archive."""

    def __init__(self, path):
        if path != root and not path.startswith(root + '/'):
            raise ImportError('not a folder of the archive', path=path)
        folder = path[len(root) + 1:]
        if folder and not archive.names(folder):
            raise ImportError('no such folder in the archive', path=path)
        self.path = path
        self._folder = folder + '/' if folder else ''

    def __repr__(self):
        return f'ArchiveImporter({self.path!r})'

    def _locate(self, fullname):
        stem = self._folder + fullname.rpartition('.')[2]
        for suffix, is_package in (('/__init__.py', True), ('.py', False)):
            if archive.find(stem + suffix):
                return stem + suffix, is_package
        return None, False

    def _must_locate(self, fullname):
        path, is_package = self._locate(fullname)
        if path is None:
            raise ImportError(f'no module {fullname!r} in the archive', name=fullname)
        return path, is_package

    def find_spec(self, fullname, target=None):
        path, is_package = self._locate(fullname)
        if path is None:
            if not self._folder and archive.has_spare(fullname):
                return _bootstrap.ModuleSpec(fullname, SpareLoader, origin='built-in')
            return None
        spec = _bootstrap.ModuleSpec(fullname, self, origin=f'{root}/{path}', is_package=is_package)
        spec.has_location = True
        if is_package:
            spec.submodule_search_locations.append(f'{root}/{path.rpartition("/")[0]}')
        return spec

    def find_loader(self, fullname):
        spec = self.find_spec(fullname)
        return (None, []) if spec is None else (self, spec.submodule_search_locations or [])

    def find_module(self, fullname, path=None):
        return None if self._locate(fullname)[0] is None else self

    def invalidate_caches(self):
        pass

    def load_module(self, fullname):
        return _bootstrap._load_module_shim(self, fullname)

    def is_package(self, fullname):
        return self._must_locate(fullname)[1]

    def get_filename(self, fullname):
        return f'{root}/{self._must_locate(fullname)[0]}'

    def get_code(self, fullname):
        path, _ = self._must_locate(fullname)
        shown = f'{root}/{path}'
        data = archive.code(path)
        if data is None or sys.flags.optimize:
            source = archive.data(path)
            return _bootstrap._call_with_frames_removed(
                compile, source, shown, 'exec', dont_inherit=True, optimize=-1)
        code = marshal.loads(data)
        _imp._fix_co_filename(code, shown)
        return code

    def get_source(self, fullname):
        return _external.decode_source(archive.data(self._must_locate(fullname)[0]))

    def get_data(self, path):
        inner = path[len(root) + 1:] if path.startswith(root + '/') else path
        data = archive.data(inner)
        if data is None:
            raise OSError(2, 'No such file in the archive', path)
        return data

    def iter_modules(self, prefix=''):
        for name in archive.names(self._folder[:-1]):
            if name.endswith('.py'):
                if name != '__init__.py':
                    yield prefix + name[:-3], False
            elif archive.find(f'{self._folder}{name}/__init__.py'):
                yield prefix + name, True

    def get_resource_reader(self, fullname):
        path, is_package = self._must_locate(fullname)
        return ResourceReader(path.rpartition('/')[0]) if is_package else None


class SpareLoader:
    """Loads compiled modules."""

    @staticmethod
    def create_module(spec):
        return None

    @staticmethod
    def exec_module(module):
        archive.fill_spare(module)

    @staticmethod
    def get_source(fullname):
        return None

    get_code = get_source

    @staticmethod
    def is_package(fullname):
        return False


class ResourceReader:
    """The files of a package, for importlib.resources."""

    def __init__(self, folder):
        self._folder = folder

    def open_resource(self, resource):
        from io import BytesIO
        data = archive.data(f'{self._folder}/{resource}')
        if data is None:
            raise FileNotFoundError(resource)
        return BytesIO(data)

    def resource_path(self, resource):
        raise FileNotFoundError(resource)

    def is_resource(self, name):
        return archive.find(f'{self._folder}/{name}')

    def contents(self):
        return iter(archive.names(self._folder))


sys.path_hooks.insert(0, ArchiveImporter)
