// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "PickedSpectra.h"

#include "SpectrumCharts.h"
#include "Stack.h"

#include <pqActiveObjects.h>
#include <pqApplicationCore.h>
#include <pqDataRepresentation.h>
#include <pqOutputPort.h>
#include <pqPipelineFilter.h>
#include <pqRenderView.h>
#include <pqServer.h>
#include <pqServerManagerModel.h>
#include <pqUndoStack.h>

#include <vtkNew.h>
#include <vtkPVDataInformation.h>
#include <vtkSMPVRepresentationProxy.h>
#include <vtkSMParaViewPipelineControllerWithRendering.h>
#include <vtkSMProperty.h>
#include <vtkSMPropertyHelper.h>
#include <vtkSMPropertyIterator.h>
#include <vtkSMRenderViewProxy.h>
#include <vtkSMSessionProxyManager.h>
#include <vtkSMSourceProxy.h>
#include <vtkSmartPointer.h>

#include <QSet>

#include <algorithm>
#include <vector>

namespace
{

using paraxanes::Point;

QString TypeOf(pqPipelineSource* source)
{
  return source->getProxy()->GetXMLName();
}

// Half a voxel and more beside the image there is none.
bool Contains(pqOutputPort* image, const Point& point)
{
  vtkPVDataInformation* data = image->getDataInformation();
  const double* bounds = data->GetBounds();
  const int* extent = data->GetExtent();
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    const int steps = extent[2 * axis + 1] - extent[2 * axis];
    const double length = bounds[2 * axis + 1] - bounds[2 * axis];
    const double half = steps > 0 ? 0.5 * length / steps : 1e-3;
    if (point[axis] < bounds[2 * axis] - half || point[axis] > bounds[2 * axis + 1] + half)
    {
      return false;
    }
  }
  return true;
}

// The selected source comes first, then what else the view shows.
QList<pqOutputPort*> ShownPorts(pqRenderView* view)
{
  QList<pqOutputPort*> ports;
  for (pqRepresentation* representation : view->getRepresentations())
  {
    auto* display = qobject_cast<pqDataRepresentation*>(representation);
    if (!display || !display->isVisible())
    {
      continue;
    }
    pqOutputPort* port = display->getOutputPortFromInput();
    port == pqActiveObjects::instance().activePort() ? ports.prepend(port) : ports.append(port);
  }
  return ports;
}

// An Edge Energy between the stack and what is shown, or else any on the stack.
pqPipelineSource* FindEdgeEnergy(pqOutputPort* shown, pqOutputPort* stack)
{
  while (shown && shown != stack)
  {
    if (TypeOf(shown->getSource()) == "EdgeEnergy")
    {
      return shown->getSource();
    }
    auto* filter = qobject_cast<pqPipelineFilter*>(shown->getSource());
    const QList<pqOutputPort*> inputs = filter ? filter->getInputs() : QList<pqOutputPort*>();
    shown = inputs.isEmpty() ? nullptr : inputs.front();
  }
  for (pqPipelineSource* consumer : stack->getConsumers())
  {
    if (TypeOf(consumer) == "EdgeEnergy")
    {
      return consumer;
    }
  }
  return nullptr;
}

pqPipelineSource* FindProbe(pqOutputPort* stack)
{
  for (pqPipelineSource* consumer : stack->getConsumers())
  {
    if (TypeOf(consumer) == "SpectrumProbe" &&
      vtkSMPropertyHelper(consumer->getProxy(), "Selection").GetAsInt() == 0 &&
      paraxanes::HasChart(consumer))
    {
      return consumer;
    }
  }
  return nullptr;
}

// Without a label of its own it has ParaView's. Null where the server does not have the filter.
pqPipelineSource* NewFilter(
  const char* name, pqPipelineSource* input, int port, const char* label = nullptr)
{
  vtkSMSessionProxyManager* proxies = input->getServer()->proxyManager();
  vtkSmartPointer<vtkSMProxy> proxy;
  proxy.TakeReference(proxies->NewProxy("filters", name));
  if (!proxy)
  {
    return nullptr;
  }
  vtkNew<vtkSMParaViewPipelineController> controller;
  controller->PreInitializeProxy(proxy);
  vtkSMPropertyHelper(proxy, "Input").Set(input->getProxy(), static_cast<unsigned int>(port));
  controller->PostInitializeProxy(proxy);
  controller->RegisterPipelineProxy(proxy, label);
  auto* filter =
    pqApplicationCore::instance()->getServerManagerModel()->findItem<pqPipelineSource*>(proxy);
  filter->setModifiedState(pqProxy::UNMODIFIED);
  return filter;
}

// What both filters have and that says how a spectrum is analysed. Outside the mask of a map there
// are spectra, too.
void CopyAnalysis(pqPipelineSource* edgeEnergy, pqPipelineSource* probe)
{
  vtkSmartPointer<vtkSMPropertyIterator> each;
  each.TakeReference(probe->getProxy()->NewPropertyIterator());
  for (each->Begin(); !each->IsAtEnd(); each->Next())
  {
    const QString name = each->GetKey();
    vtkSMProperty* from = edgeEnergy->getProxy()->GetProperty(each->GetKey());
    if (from && name != "Input" && name != "MaskArray")
    {
      each->GetProperty()->Copy(from);
    }
  }
}

void SetPoint(pqPipelineSource* probe, const Point& point, bool keepOthers)
{
  vtkSMPropertyHelper points(probe->getProxy(), "Points");
  std::vector<double> values = points.GetDoubleArray();
  if (!keepOthers && values.size() >= 3)
  {
    values.resize(values.size() - 3);
  }
  values.insert(values.end(), point.begin(), point.end());
  points.Set(values.data(), static_cast<unsigned int>(values.size()));
  probe->getProxy()->UpdateVTKObjects();
  probe->getSourceProxy()->UpdatePipeline();
}

// The points in the view.
void ShowPoints(pqPipelineSource* probe, pqRenderView* view)
{
  pqPipelineSource* points = nullptr;
  for (pqPipelineSource* consumer : probe->getOutputPort(1)->getConsumers())
  {
    points = TypeOf(consumer) == "TableToPolyData" ? consumer : points;
  }
  if (!points)
  {
    points = NewFilter("TableToPolyData", probe, 1, "Picked points");
    vtkSMProxy* proxy = points->getProxy();
    for (const char* axis : { "X", "Y", "Z" })
    {
      const QString column = QString(axis).toLower() + " (um)";
      vtkSMPropertyHelper(proxy, (QString(axis) + "Column").toUtf8().data())
        .Set(column.toUtf8().data());
    }
    proxy->UpdateVTKObjects();
  }
  points->getSourceProxy()->UpdatePipeline();
  if (!points->getOutputPort(0)->getRepresentation(view))
  {
    vtkNew<vtkSMParaViewPipelineControllerWithRendering> controller;
    vtkSMProxy* display = controller->Show(points->getSourceProxy(), 0, view->getViewProxy());
    const double black[3] = { 0.0, 0.0, 0.0 };
    vtkSMPVRepresentationProxy::SafeDownCast(display)->SetScalarColoring(nullptr, 0);
    vtkSMPropertyHelper(display, "Representation").Set("Points");
    vtkSMPropertyHelper(display, "PointSize").Set(9);
    vtkSMPropertyHelper(display, "AmbientColor").Set(black, 3);
    vtkSMPropertyHelper(display, "DiffuseColor").Set(black, 3);
    display->UpdateVTKObjects();
  }
  view->render();
}

pqPipelineSource* NewProbe(pqOutputPort* stack)
{
  return NewFilter("SpectrumProbe", stack->getSource(), stack->getPortNumber());
}

}

bool paraxanes::ShowSpectrumAt(pqRenderView* view, const Point& point, bool keepOthers)
{
  for (pqOutputPort* shown : ShownPorts(view))
  {
    pqOutputPort* stack = FindStack(shown);
    if (!stack || !Contains(stack, point))
    {
      continue;
    }
    pqActiveObjects& active = pqActiveObjects::instance();
    pqOutputPort* selected = active.activePort();
    pqPipelineSource* probe = FindProbe(stack);
    const bool isNew = probe == nullptr;
    if (isNew)
    {
      BEGIN_UNDO_SET("Spectrum");
      probe = NewProbe(stack);
      if (!probe)
      {
        END_UNDO_SET();
        return false;
      }
    }
    else
    {
      BEGIN_UNDO_EXCLUDE();
    }
    if (pqPipelineSource* edgeEnergy = FindEdgeEnergy(shown, stack))
    {
      CopyAnalysis(edgeEnergy, probe);
    }
    SetPoint(probe, point, keepOthers);
    if (isNew)
    {
      AddCharts(probe, view);
    }
    ShowPoints(probe, view);
    UpdateCharts(probe);
    isNew ? END_UNDO_SET() : END_UNDO_EXCLUDE();
    active.setActivePort(selected);
    active.setActiveView(view);
    return true;
  }
  return false;
}
