// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file ProxyAction.h
 * A button that makes a source or a filter.
 */
#ifndef ProxyAction_h
#define ProxyAction_h

#include "Workflow.h"

#include <QAction>

namespace paraxanes
{

/// Named after its proxy. A filter's button is enabled only while the selected source fits.
class ProxyAction : public QAction
{
  Q_OBJECT

public:
  ProxyAction(const WorkflowStep& step, QObject* parent);

  /// To be called when the selection or its data has changed.
  void UpdateEnabled();

private:
  bool FitsActiveSource() const;
  void Create();

  WorkflowStep Step;
};

}

#endif
