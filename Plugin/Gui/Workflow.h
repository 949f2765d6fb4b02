// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file Workflow.h
 * The sources and filters of ParaXANES in the order in which they are used.
 */
#ifndef Workflow_h
#define Workflow_h

#include <QIcon>
#include <QString>
#include <QVector>

namespace paraxanes
{

struct WorkflowStep
{
  QString Group;           ///< of proxies: sources or filters
  QString Name;            ///< of the proxy
  QString Icon;            ///< file in Icons/ without its ending; empty: none
  QString Help;            ///< of its button; empty: the step is in the menu only
  bool NeedsStack = false; ///< which the domains of its input cannot tell from a map
};

/// All sources, then all filters.
const QVector<WorkflowStep>& Workflow();

/// An icon of this plugin.
QIcon WorkflowIcon(const QString& name);

/// Whether the plugin ParaXANES is loaded, whose sources and filters these are.
bool IsParaXANESLoaded();

}

#endif
