// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "ToolAction.h"

#include "Workflow.h"

#include <utility>

paraxanes::ToolAction::ToolAction(
  const QString& icon, const QString& help, std::function<bool()> fits, QObject* parent)
  : QAction(WorkflowIcon(icon), help.section("</b>", 0, 0).mid(3), parent)
  , Help(help)
  , Fits(std::move(fits))
{
}

void paraxanes::ToolAction::Update()
{
  const bool loaded = IsParaXANESLoaded();
  if (!loaded)
  {
    this->setChecked(false);
  }
  this->setEnabled(loaded && (this->isChecked() || this->Fits()));
  this->setToolTip(loaded ? this->Help
                          : this->Help +
        "<br><br>It needs the plugin ParaXANES: load it with <i>Tools > Manage Plugins</i>, on "
        "client and server.");
}
