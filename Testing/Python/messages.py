# SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
# SPDX-License-Identifier: BSD-3-Clause
"""What VTK writes, kept from the output of a test: what it writes on purpose is no failure."""

import os
import sys
import tempfile


class Messages:
    """Afterwards `text` is what was written to the error output while this was open."""

    def __enter__(self):
        sys.stderr.flush()
        self.kept = os.dup(2)
        self.file = tempfile.TemporaryFile()
        os.dup2(self.file.fileno(), 2)
        return self

    def __exit__(self, *_):
        os.dup2(self.kept, 2)
        os.close(self.kept)
        self.file.seek(0)
        self.text = self.file.read().decode()
