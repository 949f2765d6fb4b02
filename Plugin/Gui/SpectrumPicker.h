// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file SpectrumPicker.h
 * The spectrum of the voxel under the mouse.
 */
#ifndef SpectrumPicker_h
#define SpectrumPicker_h

#include <vtkNew.h>

#include <QObject>

class pqView;
class vtkCommand;
class vtkEventQtSlotConnect;
class vtkObject;

namespace paraxanes
{

/**
 * While it is on, a click into a 3D view shows the spectrum there in charts beside the view, and
 * dragging moves on; with Shift, the spectra that are shown stay and one more is added. Beside the
 * data the mouse turns the view as always.
 */
class SpectrumPicker : public QObject
{
  Q_OBJECT

public:
  explicit SpectrumPicker(QObject* parent);
  ~SpectrumPicker() override;

  void SetOn(bool on);

private Q_SLOTS:
  void OnPress(vtkObject* interactor, unsigned long, void* view, void*, vtkCommand* command);
  void OnMove(vtkObject* interactor, unsigned long, void* view, void*, vtkCommand* command);
  void OnRelease(vtkObject* interactor, unsigned long, void* view, void*, vtkCommand* command);

private:
  void Watch(pqView* view);

  vtkNew<vtkEventQtSlotConnect> Connector;
  bool On = false;
  bool IsDragging = false;
};

}

#endif
