"""unittest: a suite that passes, fails, errs, skips; mocks."""
import io
import unittest
from unittest import mock


class Cases(unittest.TestCase):
    def setUp(self):
        self.numbers = [1, 2, 3]

    def test_pass(self):
        self.assertEqual(sum(self.numbers), 6)

    def test_fail(self):
        self.assertEqual(self.numbers, [1, 2, 4])

    def test_error(self):
        self.numbers[9]

    @unittest.skip('not now')
    def test_skip(self):
        raise AssertionError

    def test_mock(self):
        with mock.patch('os.getcwd', return_value='nowhere') as getcwd:
            import os
            self.assertEqual(os.getcwd(), 'nowhere')
        getcwd.assert_called_once_with()

    def test_subtests(self):
        for n in range(3):
            with self.subTest(n=n):
                self.assertLess(n, 2)


out = io.StringIO()
result = unittest.TextTestRunner(stream=out).run(unittest.defaultTestLoader.loadTestsFromTestCase(Cases))
print(result.testsRun, len(result.failures), len(result.errors), len(result.skipped), result.wasSuccessful())
print([line for line in out.getvalue().splitlines() if line.startswith(('FAIL', 'ERROR', 'AssertionError', 'IndexError'))])
