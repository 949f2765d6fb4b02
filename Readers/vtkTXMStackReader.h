// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#ifndef vtkTXMStackReader_h
#define vtkTXMStackReader_h

#include "ParaXANESReadersModule.h"

#include <vtkImageAlgorithm.h>

class PARAXANESREADERS_EXPORT vtkTXMStackReader : public vtkImageAlgorithm
{
public:
  static vtkTXMStackReader* New();
  vtkTypeMacro(vtkTXMStackReader, vtkImageAlgorithm);

protected:
  vtkTXMStackReader() = default;
  ~vtkTXMStackReader() override = default;

private:
  vtkTXMStackReader(const vtkTXMStackReader&) = delete;
  void operator=(const vtkTXMStackReader&) = delete;
};

#endif
