// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "XANESMenus.h"

#include "Workflow.h"

#include <pqCoreUtilities.h>

#include <QAction>
#include <QMenu>
#include <QTimer>
#include <QVector>
#include <QWidget>

namespace
{

// Of the window, as far as there are any.
QVector<QMenu*> Menus()
{
  QVector<QMenu*> menus;
  QWidget* window = pqCoreUtilities::mainWidget();
  for (const char* name : { "menuSources", "menuFilters" })
  {
    if (QMenu* menu = window ? window->findChild<QMenu*>(name) : nullptr)
    {
      menus.push_back(menu);
    }
  }
  return menus;
}

}

// Plugins may be loaded before there is a window.
void XANESMenus::startup()
{
  QTimer::singleShot(0, this, &XANESMenus::Watch);
}

void XANESMenus::Watch()
{
  for (QMenu* menu : Menus())
  {
    connect(menu, &QMenu::aboutToShow, this, [this, menu] { this->Arrange(menu); });
  }
}

void XANESMenus::shutdown()
{
  for (QMenu* menu : Menus())
  {
    menu->disconnect(this);
  }
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
