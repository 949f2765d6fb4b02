// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "XANESToolBar.h"

#include "ChargeDistribution.h"
#include "SpectrumPicker.h"
#include "Stack.h"
#include "ToolAction.h"
#include "Workflow.h"

#include <pqActiveObjects.h>
#include <pqApplicationCore.h>
#include <pqCoreUtilities.h>
#include <pqFiltersMenuReaction.h>
#include <pqLoadDataReaction.h>
#include <pqPluginManager.h>
#include <pqSettings.h>
#include <pqSourcesMenuReaction.h>

#include <QMainWindow>
#include <QSet>
#include <QTimer>

#include <utility>

namespace
{

bool Always()
{
  return true;
}

bool HasStack()
{
  return paraxanes::FindStack(pqActiveObjects::instance().activePort()) != nullptr;
}

void OpenStack()
{
  pqLoadDataReaction::ReaderSet readers;
  readers.insert({ "sources", "AbsorptionStackReader" });
  pqLoadDataReaction::loadData(readers);
}

}

XANESToolBar::XANESToolBar(QWidget* parent)
  : QToolBar("XANES", parent)
{
  this->setObjectName("XANES");
  this->Add("OpenStack", "OpenStack",
    "<b>Open TXM Stack</b><br>Files of one scan, one or all: TIFF, HDF5, Xradia, scan folders.",
    Always, OpenStack);
  this->AddSteps("sources");
  this->addSeparator();
  this->AddSteps("filters");
  this->addSeparator();
  auto* picker = new paraxanes::SpectrumPicker(this);
  QAction* spectrum = this->Add("Spectrum", "Spectrum",
    "<b>Spectrum</b><br>While this is on, click into a slice or onto the particle: the spectrum "
    "there appears beside the view, with its fits and edge energy. Drag to move on; with Shift, "
    "one more is added.",
    HasStack, [] {});
  spectrum->setCheckable(true);
  connect(spectrum, &QAction::toggled, picker, &paraxanes::SpectrumPicker::SetOn);
  this->Add("ChargeDistribution", "ChargeDistribution",
    "<b>Charge Distribution</b><br>The whole way from the selected stack to four views: the edge "
    "energies of the particle cut open, their gradients, the angles of these to the radius, and a "
    "spectrum.",
    HasStack, paraxanes::MakeChargeDistribution);

  const pqActiveObjects* active = &pqActiveObjects::instance();
  connect(active, &pqActiveObjects::portChanged, this, &XANESToolBar::UpdateSoon);
  connect(active, &pqActiveObjects::serverChanged, this, &XANESToolBar::UpdateSoon);
  connect(active, &pqActiveObjects::dataUpdated, this, &XANESToolBar::UpdateSoon);
  connect(pqApplicationCore::instance()->getPluginManager(), &pqPluginManager::pluginsUpdated, this,
    &XANESToolBar::UpdateSoon);
  this->UpdateActions();
  QTimer::singleShot(0, this, &XANESToolBar::PlaceOnce);
}

paraxanes::ToolAction* XANESToolBar::Add(const QString& name, const QString& icon,
  const QString& help, std::function<bool()> fits, std::function<void()> run)
{
  auto* action = new paraxanes::ToolAction(icon, help, std::move(fits), this);
  connect(action, &QAction::triggered, this, std::move(run));
  this->addAction(action);
  this->widgetForAction(action)->setObjectName(name); // of the button, for tests
  return action;
}

void XANESToolBar::AddSteps(const QString& group)
{
  for (const paraxanes::WorkflowStep& step : paraxanes::Workflow())
  {
    if (step.Group != group || step.Help.isEmpty())
    {
      continue;
    }
    if (group == "sources")
    {
      this->Add(step.Name, step.Icon, step.Help, Always,
        [step] { pqSourcesMenuReaction::createSource(step.Group, step.Name); });
    }
    else
    {
      this->Add(
        step.Name, step.Icon, step.Help,
        [step]
        {
          pqOutputPort* port = pqActiveObjects::instance().activePort();
          return paraxanes::Accepts(step.Name, port) &&
            (!step.NeedsStack || paraxanes::IsStack(port));
        },
        [step] { pqFiltersMenuReaction::createFilter(step.Group, step.Name); });
    }
  }
}

// In a row of its own, as ParaView's are full; then wherever the user moves it.
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
  window->addToolBarBreak(Qt::TopToolBarArea);
  window->addToolBar(Qt::TopToolBarArea, this);
  this->show();
  settings->setValue(placed, true);
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
  for (paraxanes::ToolAction* action : this->findChildren<paraxanes::ToolAction*>())
  {
    action->Update();
  }
}
