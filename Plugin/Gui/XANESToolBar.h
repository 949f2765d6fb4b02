// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file XANESToolBar.h
 * The toolbar of ParaXANES, in the order of the work.
 */
#ifndef XANESToolBar_h
#define XANESToolBar_h

#include <QToolBar>

#include <functional>

namespace paraxanes
{
class ToolAction;
}

class XANESToolBar : public QToolBar
{
  Q_OBJECT

public:
  explicit XANESToolBar(QWidget* parent);

private:
  paraxanes::ToolAction* Add(const QString& name, const QString& icon, const QString& help,
    std::function<bool()> fits, std::function<void()> run);
  void AddSteps(const QString& group);
  void PlaceOnce();
  void UpdateSoon();
  void UpdateActions();

  bool UpdateIsDue = false;
};

#endif
