// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file XANESToolBar.h
 * The toolbar of ParaXANES, in the order of the work.
 */
#ifndef XANESToolBar_h
#define XANESToolBar_h

#include <QToolBar>

class XANESToolBar : public QToolBar
{
  Q_OBJECT

public:
  explicit XANESToolBar(QWidget* parent);

private:
  void PlaceOnce();
  void AddOpen();
  void AddSteps(const QString& group);
  void UpdateSoon();
  void UpdateActions();

  bool UpdateIsDue = false;
};

#endif
