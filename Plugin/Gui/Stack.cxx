// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "Stack.h"

#include <pqActiveObjects.h>
#include <pqOutputPort.h>
#include <pqPipelineFilter.h>
#include <pqServer.h>

#include <vtkDataObject.h>
#include <vtkPVArrayInformation.h>
#include <vtkPVDataInformation.h>
#include <vtkPVDataSetAttributesInformation.h>
#include <vtkSMInputProperty.h>
#include <vtkSMProxy.h>
#include <vtkSMSessionProxyManager.h>

#include <QString>

namespace
{

bool IsApplied(pqOutputPort* port)
{
  return port && port->getSource()->modifiedState() != pqProxy::UNINITIALIZED;
}

}

bool paraxanes::IsStack(pqOutputPort* port)
{
  if (!IsApplied(port))
  {
    return false;
  }
  vtkPVDataInformation* data = port->getDataInformation();
  vtkPVArrayInformation* energies = data->GetArrayInformation("energy", vtkDataObject::FIELD);
  if (data->GetDataSetType() != VTK_IMAGE_DATA || !energies)
  {
    return false;
  }
  // Maps carry the energies that they are made of, too.
  vtkPVDataSetAttributesInformation* arrays = data->GetPointDataInformation();
  for (int i = 0; i < arrays->GetNumberOfArrays(); ++i)
  {
    const int components = arrays->GetArrayInformation(i)->GetNumberOfComponents();
    if (components > 1 && components == energies->GetNumberOfTuples())
    {
      return true;
    }
  }
  return data->GetArrayInformation("shown_energy", vtkDataObject::FIELD) != nullptr;
}

pqOutputPort* paraxanes::FindStack(pqOutputPort* port)
{
  if (!port || IsStack(port))
  {
    return port;
  }
  auto* filter = qobject_cast<pqPipelineFilter*>(port->getSource());
  const QList<pqOutputPort*> inputs = filter ? filter->getAllInputs() : QList<pqOutputPort*>();
  for (pqOutputPort* input : inputs)
  {
    if (pqOutputPort* stack = FindStack(input))
    {
      return stack;
    }
  }
  return nullptr;
}

bool paraxanes::Accepts(const QString& filter, pqOutputPort* port)
{
  vtkSMSessionProxyManager* proxies = pqActiveObjects::instance().proxyManager();
  if (!IsApplied(port) || !proxies)
  {
    return false;
  }
  vtkSMProxy* prototype = proxies->GetPrototypeProxy("filters", filter.toUtf8().data());
  auto* input =
    vtkSMInputProperty::SafeDownCast(prototype ? prototype->GetProperty("Input") : nullptr);
  if (!input)
  {
    return false;
  }
  input->RemoveAllUncheckedProxies();
  input->AddUncheckedInputConnection(
    port->getSource()->getProxy(), static_cast<unsigned int>(port->getPortNumber()));
  const bool accepts = input->IsInDomains() != 0;
  input->RemoveAllUncheckedProxies();
  return accepts;
}
