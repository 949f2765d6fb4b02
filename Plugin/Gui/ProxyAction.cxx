// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "ProxyAction.h"

#include <pqActiveObjects.h>
#include <pqFiltersMenuReaction.h>
#include <pqOutputPort.h>
#include <pqPipelineSource.h>
#include <pqServer.h>
#include <pqSourcesMenuReaction.h>

#include <vtkSMInputProperty.h>
#include <vtkSMProxy.h>
#include <vtkSMSessionProxyManager.h>

paraxanes::ProxyAction::ProxyAction(const WorkflowStep& step, QObject* parent)
  : QAction(WorkflowIcon(step.Icon), step.ToolTip.section("</b>", 0, 0).mid(3), parent)
  , Step(step)
{
  this->setObjectName(step.Name);
  this->setToolTip(step.ToolTip);
  connect(this, &QAction::triggered, this, &ProxyAction::Create);
}

void paraxanes::ProxyAction::UpdateEnabled()
{
  this->setEnabled(
    IsParaXANESLoaded() && (this->Step.Group == "sources" || this->FitsActiveSource()));
}

bool paraxanes::ProxyAction::FitsActiveSource() const
{
  pqOutputPort* port = pqActiveObjects::instance().activePort();
  if (!port || port->getSource()->modifiedState() == pqProxy::UNINITIALIZED)
  {
    return false;
  }
  vtkSMSessionProxyManager* proxies = pqActiveObjects::instance().proxyManager();
  vtkSMProxy* prototype =
    proxies->GetPrototypeProxy(this->Step.Group.toUtf8().data(), this->Step.Name.toUtf8().data());
  auto* input =
    vtkSMInputProperty::SafeDownCast(prototype ? prototype->GetProperty("Input") : nullptr);
  if (!input)
  {
    return false;
  }
  input->RemoveAllUncheckedProxies();
  input->AddUncheckedInputConnection(
    port->getSource()->getProxy(), static_cast<unsigned int>(port->getPortNumber()));
  const bool fits = input->IsInDomains() != 0;
  input->RemoveAllUncheckedProxies();
  return fits;
}

void paraxanes::ProxyAction::Create()
{
  if (this->Step.Group == "sources")
  {
    pqSourcesMenuReaction::createSource(this->Step.Group, this->Step.Name);
  }
  else
  {
    pqFiltersMenuReaction::createFilter(this->Step.Group, this->Step.Name);
  }
}
