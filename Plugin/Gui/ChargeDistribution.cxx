// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "ChargeDistribution.h"

#include "Stack.h"

#include <pqActiveObjects.h>
#include <pqPVApplicationCore.h>
#include <pqPythonManager.h>
#include <pqUndoStack.h>

#include <QApplication>
#include <QFile>

namespace
{

// Names of the script stay its own; what it refuses is told without the lines of its code.
const char* const Run = R"(
def run_charge_distribution(script):
    try:
        exec(compile(script, "window_charge_distribution.py", "exec"), {"__name__": "charge_distribution"})
    except RuntimeError as reason:
        from vtkmodules.vtkCommonCore import vtkOutputWindow
        vtkOutputWindow.GetInstance().DisplayErrorText("Charge Distribution: %s\n" % reason)

run_charge_distribution(bytes.fromhex("@script@"))
del run_charge_distribution
)";

}

void paraxanes::MakeChargeDistribution()
{
  pqActiveObjects& active = pqActiveObjects::instance();
  QFile file(":/ParaXANES/ChargeDistribution.py");
  pqOutputPort* stack = FindStack(active.activePort());
  if (!stack || !file.open(QIODevice::ReadOnly))
  {
    return;
  }
  SCOPED_UNDO_SET("Charge Distribution");
  active.setActivePort(stack);
  QApplication::setOverrideCursor(Qt::WaitCursor);
  pqPVApplicationCore::instance()->pythonManager()->executeCode(
    QByteArray(Run).replace("@script@", file.readAll().toHex()));
  QApplication::restoreOverrideCursor();
}
