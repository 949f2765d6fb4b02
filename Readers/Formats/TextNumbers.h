// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file TextNumbers.h
 * Numbers and words of text files, as people and instruments write them.
 */
#ifndef TextNumbers_h
#define TextNumbers_h

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace paraxanes
{

/**
 * A number: 8333.5, +1e3, .8786204E+04, and the 1.0D+03 of Fortran; nan and inf too. None when the
 * text is anything else, or more than that. Does not depend on the locale.
 */
std::optional<double> ParseNumber(const std::string& text);

/// Whether a word may be a number with a decimal comma, "8333,5": one comma between digits, no
/// point.
bool HasDecimalComma(const std::string& word);

/// Small letters; ASCII only.
std::string LowerCase(std::string text);

/// Spaces, tabs, and what is left of the end of a line.
constexpr const char* Blanks = " \t\r\v\f";

/// The text without the characters of `drop` at its ends.
std::string Trim(const std::string& text, const char* drop);

/// The words between blanks.
std::vector<std::string> SplitWords(const std::string& text);

/// Whether a word is one of these.
bool IsOneOf(const std::string& word, std::initializer_list<const char*> words);

}

#endif
