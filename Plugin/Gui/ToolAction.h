// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file ToolAction.h
 * A button of the toolbar.
 */
#ifndef ToolAction_h
#define ToolAction_h

#include <QAction>

#include <functional>

namespace paraxanes
{

/// Enabled while the selected source fits and ParaXANES is loaded; if it is not, it says so. What
/// is on can be switched off whatever is selected.
class ToolAction : public QAction
{
  Q_OBJECT

public:
  /// `help`: rich text; what is bold in it is the button's text.
  ToolAction(const QString& icon, const QString& help, std::function<bool()> fits, QObject* parent);

  /// To be called when the selection or its data has changed.
  void Update();

private:
  QString Help;
  std::function<bool()> Fits;
};

}

#endif
