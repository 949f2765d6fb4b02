// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file XANESMenus.h
 * Sources > TXM and Filters > XANES in the order of the work, with icons.
 */
#ifndef XANESMenus_h
#define XANESMenus_h

#include <QObject>

class QMenu;

/// ParaView sorts these menus by the alphabet, and makes them anew whenever a plugin is loaded.
class XANESMenus : public QObject
{
  Q_OBJECT

public:
  /// Called by ParaView.
  void startup();
  void shutdown();

private:
  void Watch();
  void Arrange(QMenu* menu) const;
};

#endif
