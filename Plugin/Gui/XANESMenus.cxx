// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "XANESMenus.h"

#include "Workflow.h"

#include <pqCoreUtilities.h>

#include <QAction>
#include <QMenu>
#include <QTimer>
#include <QWidget>

// Plugins may be loaded before there is a window.
void XANESMenus::startup()
{
  QTimer::singleShot(0, this, &XANESMenus::Watch);
}

void XANESMenus::Watch()
{
  QWidget* window = pqCoreUtilities::mainWidget();
  for (const char* name : { "menuSources", "menuFilters" })
  {
    QMenu* menu = window ? window->findChild<QMenu*>(name) : nullptr;
    if (menu)
    {
      connect(menu, &QMenu::aboutToShow, this, [this, menu] { this->Arrange(menu); });
    }
  }
}

void XANESMenus::shutdown()
{
  this->disconnect();
}

void XANESMenus::Arrange(QMenu* menu) const
{
  for (QMenu* submenu : { menu->findChild<QMenu*>("TXM"), menu->findChild<QMenu*>("XANES") })
  {
    if (!submenu)
    {
      continue;
    }
    for (const paraxanes::WorkflowStep& step : paraxanes::Workflow())
    {
      for (QAction* action : submenu->actions())
      {
        if (action->objectName() == step.Name)
        {
          action->setIcon(paraxanes::WorkflowIcon(step.Icon));
          submenu->addAction(action); // moves it to the end
        }
      }
    }
  }
}
