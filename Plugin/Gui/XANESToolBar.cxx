// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "XANESToolBar.h"

#include "ProxyAction.h"
#include "Workflow.h"

#include <pqActiveObjects.h>
#include <pqApplicationCore.h>
#include <pqCoreUtilities.h>
#include <pqLoadDataReaction.h>
#include <pqPluginManager.h>
#include <pqSettings.h>

#include <QMainWindow>
#include <QSet>
#include <QTimer>

XANESToolBar::XANESToolBar(QWidget* parent)
  : QToolBar("XANES", parent)
{
  this->setObjectName("XANES");
  this->AddOpen();
  this->AddSteps("sources");
  this->addSeparator();
  this->AddSteps("filters");

  const pqActiveObjects* active = &pqActiveObjects::instance();
  connect(active, &pqActiveObjects::portChanged, this, &XANESToolBar::UpdateSoon);
  connect(active, &pqActiveObjects::serverChanged, this, &XANESToolBar::UpdateSoon);
  connect(active, &pqActiveObjects::dataUpdated, this, &XANESToolBar::UpdateSoon);
  connect(pqApplicationCore::instance()->getPluginManager(), &pqPluginManager::pluginsUpdated, this,
    &XANESToolBar::UpdateSoon);
  this->UpdateActions();
  QTimer::singleShot(0, this, &XANESToolBar::PlaceOnce);
}

// In the last row of ParaView's toolbars, which has room for it; then wherever the user moves it.
void XANESToolBar::PlaceOnce()
{
  static const char* const placed = "ParaXANES/ToolBarPlaced";
  pqSettings* settings = pqApplicationCore::instance()->settings();
  auto* window = qobject_cast<QMainWindow*>(pqCoreUtilities::mainWidget());
  if (!window || settings->value(placed).toBool())
  {
    return;
  }
  window->removeToolBar(this);
  window->addToolBar(Qt::TopToolBarArea, this);
  this->show();
  settings->setValue(placed, true);
}

void XANESToolBar::AddOpen()
{
  QAction* open = this->addAction(paraxanes::WorkflowIcon("OpenStack"), "Open TXM Stack");
  open->setObjectName("OpenStack");
  open->setToolTip("<b>Open TXM Stack</b><br>Files of one scan, one or all: TIFF, HDF5, Xradia, "
                   "scan folders.");
  connect(open, &QAction::triggered, this,
    []
    {
      pqLoadDataReaction::ReaderSet readers;
      readers.insert({ "sources", "AbsorptionStackReader" });
      pqLoadDataReaction::loadData(readers);
    });
}

void XANESToolBar::AddSteps(const QString& group)
{
  for (const paraxanes::WorkflowStep& step : paraxanes::Workflow())
  {
    if (step.Group == group && !step.ToolTip.isEmpty())
    {
      this->addAction(new paraxanes::ProxyAction(step, this));
    }
  }
}

// Once for all signals of one click.
void XANESToolBar::UpdateSoon()
{
  if (!this->UpdateIsDue)
  {
    this->UpdateIsDue = true;
    QTimer::singleShot(0, this, &XANESToolBar::UpdateActions);
  }
}

void XANESToolBar::UpdateActions()
{
  this->UpdateIsDue = false;
  const bool loaded = paraxanes::IsParaXANESLoaded();
  for (QAction* action : this->actions())
  {
    if (auto* proxyAction = qobject_cast<paraxanes::ProxyAction*>(action))
    {
      proxyAction->UpdateEnabled();
    }
    else
    {
      action->setEnabled(loaded);
    }
  }
  this->setToolTip(loaded ? QString()
                          : "These buttons need the plugin ParaXANES: load it in Tools > Manage "
                            "Plugins, on client and server.");
}
