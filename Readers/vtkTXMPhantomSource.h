// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#ifndef vtkTXMPhantomSource_h
#define vtkTXMPhantomSource_h

#include "ParaXANESReadersModule.h"

#include <vtkImageAlgorithm.h>

class PARAXANESREADERS_EXPORT vtkTXMPhantomSource : public vtkImageAlgorithm
{
public:
  static vtkTXMPhantomSource* New();
  vtkTypeMacro(vtkTXMPhantomSource, vtkImageAlgorithm);

protected:
  vtkTXMPhantomSource() = default;
  ~vtkTXMPhantomSource() override = default;

private:
  vtkTXMPhantomSource(const vtkTXMPhantomSource&) = delete;
  void operator=(const vtkTXMPhantomSource&) = delete;
};

#endif
