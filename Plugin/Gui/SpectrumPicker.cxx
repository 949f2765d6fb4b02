// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "SpectrumPicker.h"

#include "PickedSpectra.h"
#include "Picking.h"

#include <pqApplicationCore.h>
#include <pqCoreUtilities.h>
#include <pqRenderView.h>
#include <pqServerManagerModel.h>

#include <vtkCommand.h>
#include <vtkEventQtSlotConnect.h>
#include <vtkRenderWindowInteractor.h>
#include <vtkSMRenderViewProxy.h>

#include <QGuiApplication>
#include <QMainWindow>
#include <QStatusBar>
#include <QWidget>

namespace
{

// Before the camera's, after those of 3D widgets.
constexpr float Priority = 0.25F;

// Whether there was something to show.
bool ShowSpectrum(vtkObject* caller, void* view, bool keepOthers)
{
  auto* interactor = vtkRenderWindowInteractor::SafeDownCast(caller);
  auto* renderView = static_cast<pqRenderView*>(view);
  const int* pixel = interactor->GetEventPosition();
  const auto point = paraxanes::PickPoint(renderView, pixel[0], pixel[1]);
  return point && paraxanes::ShowSpectrumAt(renderView, *point, keepOthers);
}

void TellWhereToClick()
{
  auto* window = qobject_cast<QMainWindow*>(pqCoreUtilities::mainWidget());
  if (window)
  {
    constexpr int milliseconds = 8000;
    window->statusBar()->showMessage(
      "Click onto a slice or surface; choose Representation Slice.", milliseconds);
  }
}

}

paraxanes::SpectrumPicker::SpectrumPicker(QObject* parent)
  : QObject(parent)
{
  connect(pqApplicationCore::instance()->getServerManagerModel(), &pqServerManagerModel::viewAdded,
    this, &SpectrumPicker::Watch);
}

paraxanes::SpectrumPicker::~SpectrumPicker() = default;

void paraxanes::SpectrumPicker::SetOn(bool on)
{
  this->On = on;
  this->IsDragging = false;
  this->Connector->Disconnect();
  const QList<pqView*> views =
    pqApplicationCore::instance()->getServerManagerModel()->findItems<pqView*>();
  for (pqView* view : views)
  {
    on ? this->Watch(view) : view->widget()->unsetCursor();
  }
}

void paraxanes::SpectrumPicker::Watch(pqView* view)
{
  auto* renderView = qobject_cast<pqRenderView*>(view);
  if (!this->On || !renderView)
  {
    return;
  }
  renderView->widget()->setCursor(Qt::CrossCursor);
  vtkRenderWindowInteractor* interactor = renderView->getRenderViewProxy()->GetInteractor();
  const auto watch = [&](unsigned long event, const char* slot)
  { this->Connector->Connect(interactor, event, this, slot, renderView, Priority); };
  watch(vtkCommand::LeftButtonPressEvent,
    SLOT(OnPress(vtkObject*, unsigned long, void*, void*, vtkCommand*)));
  watch(
    vtkCommand::MouseMoveEvent, SLOT(OnMove(vtkObject*, unsigned long, void*, void*, vtkCommand*)));
  watch(vtkCommand::LeftButtonReleaseEvent,
    SLOT(OnRelease(vtkObject*, unsigned long, void*, void*, vtkCommand*)));
}

void paraxanes::SpectrumPicker::OnPress(
  vtkObject* caller, unsigned long, void* view, void*, vtkCommand* command)
{
  auto* interactor = vtkRenderWindowInteractor::SafeDownCast(caller);
  if (ShowSpectrum(caller, view, interactor->GetShiftKey() != 0))
  {
    this->IsDragging = true;
    command->SetAbortFlag(1);
    return;
  }
  TellWhereToClick();
}

void paraxanes::SpectrumPicker::OnMove(
  vtkObject* caller, unsigned long, void* view, void*, vtkCommand* command)
{
  // The release after the click that made the charts may have gone to no view: they move.
  this->IsDragging = this->IsDragging && QGuiApplication::mouseButtons().testFlag(Qt::LeftButton);
  if (this->IsDragging)
  {
    command->SetAbortFlag(1);
    ShowSpectrum(caller, view, false);
  }
}

void paraxanes::SpectrumPicker::OnRelease(
  vtkObject*, unsigned long, void*, void*, vtkCommand* command)
{
  if (this->IsDragging)
  {
    this->IsDragging = false;
    command->SetAbortFlag(1);
  }
}
