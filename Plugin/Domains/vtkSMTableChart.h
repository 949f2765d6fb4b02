// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class vtkSMTableChart
 * @brief Makes a finished chart of a table of this plugin when it is shown for the first time.
 *
 * ParaView calls it for representations with the hint InitializationHelper, in its window and in
 * Python alike, but not for those that come from a state or an undo, which keep what they have.
 * Curves of columns that appear later, and titles of the view where the user has given none, follow
 * when the view is drawn.
 */
#ifndef vtkSMTableChart_h
#define vtkSMTableChart_h

#include "ParaXANESDomainsModule.h"

#include <vtkSMProxyInitializationHelper.h>

class PARAXANESDOMAINS_EXPORT vtkSMTableChart : public vtkSMProxyInitializationHelper
{
public:
  static vtkSMTableChart* New();
  vtkTypeMacro(vtkSMTableChart, vtkSMProxyInitializationHelper);
  void PrintSelf(ostream& os, vtkIndent indent) override;

  void PostInitializeProxy(
    vtkSMProxy* representation, vtkPVXMLElement* hint, vtkMTimeType initializationTime) override;

protected:
  vtkSMTableChart();
  ~vtkSMTableChart() override;

private:
  vtkSMTableChart(const vtkSMTableChart&) = delete;
  void operator=(const vtkSMTableChart&) = delete;
};

#endif
