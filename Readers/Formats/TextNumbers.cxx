// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "TextNumbers.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace paraxanes
{

std::optional<double> ParseNumber(const std::string& text)
{
  std::string number = text.compare(0, 1, "+") == 0 ? text.substr(1) : text;
  if (number.compare(0, 1, "-") == 0 && text.front() == '+')
  {
    return {};
  }
  std::replace_if(
    number.begin(), number.end(), [](char c) { return c == 'D' || c == 'd'; }, 'e');
  // Not std::stod: a GUI may have set a locale with a decimal comma.
  double value = 0.0;
  const char* end = number.data() + number.size();
  const std::from_chars_result result = std::from_chars(number.data(), end, value);
  return result.ec == std::errc() && result.ptr == end ? std::optional<double>(value)
                                                       : std::nullopt;
}

bool HasDecimalComma(const std::string& word)
{
  const auto isDigit = [&](std::size_t k)
  { return k < word.size() && word[k] >= '0' && word[k] <= '9'; };
  const std::size_t comma = word.find(',');
  return comma != std::string::npos && comma > 0 && isDigit(comma - 1) && isDigit(comma + 1) &&
    word.find_first_of(",.", comma + 1) == std::string::npos && word.find('.') == std::string::npos;
}

std::string LowerCase(std::string text)
{
  std::transform(text.begin(), text.end(), text.begin(),
    [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

std::string Trim(const std::string& text, const char* drop)
{
  const std::size_t begin = text.find_first_not_of(drop);
  const std::size_t end = text.find_last_not_of(drop);
  return begin == std::string::npos ? std::string() : text.substr(begin, end - begin + 1);
}

std::vector<std::string> SplitWords(const std::string& text)
{
  std::vector<std::string> words;
  for (std::size_t begin = text.find_first_not_of(Blanks); begin != std::string::npos;)
  {
    const std::size_t end = std::min(text.find_first_of(Blanks, begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    begin = text.find_first_not_of(Blanks, end);
  }
  return words;
}

bool IsOneOf(const std::string& name, std::initializer_list<const char*> names)
{
  return std::find(names.begin(), names.end(), name) != names.end();
}

}
