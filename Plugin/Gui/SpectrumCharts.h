// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file SpectrumCharts.h
 * The charts of a Spectrum Probe: spectra with their fits above, normalised spectra below.
 */
#ifndef SpectrumCharts_h
#define SpectrumCharts_h

class pqPipelineSource;
class pqView;

namespace paraxanes
{

/// Whether some chart shows the filter's curves.
bool HasChart(pqPipelineSource* probe);

/// Two charts on the right of a view.
void AddCharts(pqPipelineSource* probe, pqView* beside);

/// To be called when the number of points or the edges have changed.
void UpdateCharts(pqPipelineSource* probe);

}

#endif
