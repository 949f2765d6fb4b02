// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file TextNumbers.h
 * Numbers and words of text files, as people and instruments write them.
 */
#ifndef TextNumbers_h
#define TextNumbers_h

#include <optional>
#include <string>

namespace paraxanes
{

/**
 * A number: 8333.5, +1e3, .8786204E+04, and the 1.0D+03 of Fortran; nan and inf too. None when the
 * text is anything else, or more than that. Does not depend on the locale.
 */
std::optional<double> ParseNumber(const std::string& text);

/// Small letters; ASCII only.
std::string LowerCase(std::string text);

/// The text without the characters of `drop` at its ends.
std::string Trim(const std::string& text, const char* drop);

}

#endif
