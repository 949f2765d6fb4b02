// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "Picking.h"

#include <pqRenderView.h>
#include <pqServer.h>

#include <vtkActor.h>
#include <vtkActorCollection.h>
#include <vtkCellPicker.h>
#include <vtkImageData.h>
#include <vtkMapper.h>
#include <vtkNew.h>
#include <vtkRenderer.h>
#include <vtkSMRenderViewProxy.h>

namespace
{

using paraxanes::Point;

// What is opaque, and slices, to the precision of the depth buffer. ParaView's own picking finds no
// slices.
std::optional<Point> PickInDepthBuffer(vtkRenderer* renderer, int x, int y)
{
  const double depth = renderer->GetZ(x, y);
  if (!(depth < 1.0))
  {
    return {};
  }
  renderer->SetDisplayPoint(x, y, depth);
  renderer->DisplayToWorld();
  const double* world = renderer->GetWorldPoint();
  return Point{ world[0] / world[3], world[1] / world[3], world[2] / world[3] };
}

// Surfaces whose colours may be transparent, as those of maps are where there is no value: they
// leave no depth. The picker goes through all cells, so it gets no surface that leaves one.
std::optional<Point> PickTransparent(vtkRenderer* renderer, int x, int y)
{
  vtkNew<vtkCellPicker> picker;
  picker->SetTolerance(0.0);
  picker->PickFromListOn();
  vtkActorCollection* actors = renderer->GetActors();
  actors->InitTraversal();
  while (vtkActor* actor = actors->GetNextActor())
  {
    vtkMapper* mapper = actor->GetMapper();
    const bool isImage =
      mapper && vtkImageData::SafeDownCast(mapper->GetInputDataObject(0, 0)) != nullptr;
    if (actor->GetVisibility() && !isImage && actor->HasTranslucentPolygonalGeometry())
    {
      picker->AddPickList(actor);
    }
  }
  if (!picker->Pick(x, y, 0.0, renderer))
  {
    return {};
  }
  Point point;
  picker->GetPickPosition(point.data());
  return point;
}

// The surfaces are on a server.
std::optional<Point> PickOnServer(vtkSMRenderViewProxy* view, int x, int y)
{
  const int pixel[2] = { x, y };
  Point point;
  Point normal;
  if (!view->ConvertDisplayToPointOnSurface(pixel, point.data(), normal.data()))
  {
    return {};
  }
  return point;
}

}

std::optional<paraxanes::Point> paraxanes::PickPoint(pqRenderView* view, int x, int y)
{
  vtkSMRenderViewProxy* proxy = view->getRenderViewProxy();
  vtkRenderer* renderer = proxy->GetRenderer();
  std::optional<Point> point = PickInDepthBuffer(renderer, x, y);
  if (!point)
  {
    point = PickTransparent(renderer, x, y);
  }
  if (!point && view->getServer()->isRemote())
  {
    point = PickOnServer(proxy, x, y);
  }
  return point;
}
