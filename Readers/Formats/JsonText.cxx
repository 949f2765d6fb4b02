// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "JsonText.h"

#include "StackFormat.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <numeric>
#include <set>
#include <system_error>

namespace paraxanes
{
namespace
{

using Json = nlohmann::json;

constexpr std::uintmax_t LargestText = std::uintmax_t{ 64 } << 20; // bytes
constexpr int DeepestNesting = 8;

// How many letters have to be put in, taken out or replaced to turn one word into the other.
std::size_t Distance(const std::string& a, const std::string& b)
{
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{ 0 });
  for (std::size_t i = 1; i <= a.size(); ++i)
  {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j)
    {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({ replaced, row[j] + 1, row[j - 1] + 1 });
    }
  }
  return row.back();
}

std::string Shortened(const std::string& text)
{
  return text.size() > 60 ? text.substr(0, 60) + "..." : text;
}

}

Json ParseJson(const std::string& path)
{
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  std::ifstream stream(path, std::ios::binary);
  if (error || !stream)
  {
    throw FormatError(
      path + " cannot be opened" + (error ? ": " + error.message() : std::string()) + ".");
  }
  if (size > LargestText)
  {
    throw FormatError(path + " has " + std::to_string(size) + " bytes; a description has " +
      std::to_string(LargestText) + " at most.");
  }
  // The library takes the last of equal keys; which one was meant?
  std::vector<std::set<std::string>> keys;
  const auto check = [&](int depth, Json::parse_event_t event, Json& value)
  {
    if (depth > DeepestNesting)
    {
      throw FormatError(path + ": lists and objects are nested more than " +
        std::to_string(DeepestNesting) + " times, which no description needs.");
    }
    if (event == Json::parse_event_t::object_start)
    {
      keys.emplace_back();
    }
    else if (event == Json::parse_event_t::object_end)
    {
      keys.pop_back();
    }
    else if (event == Json::parse_event_t::key &&
      !keys.back().insert(value.get<std::string>()).second)
    {
      throw FormatError(path + ": the key \"" + Shortened(value.get<std::string>()) +
        "\" is given twice in one object.");
    }
    return true;
  };
  try
  {
    return Json::parse(stream, check);
  }
  catch (const Json::exception& exception)
  {
    // "[json.exception.parse_error.101] parse error at line 3, column 5: ..."
    const std::string message = exception.what();
    const std::size_t begin = message.find("] ");
    throw FormatError(path + " is no valid JSON: " +
      (begin == std::string::npos ? message : message.substr(begin + 2)) + ".");
  }
}

JsonNode::JsonNode(const Json& value, const std::string& file, std::string place)
  : Value(value)
  , File(file)
  , Place(std::move(place))
{
}

void JsonNode::Fail(const std::string& what) const
{
  throw FormatError(this->File + (this->Place.empty() ? "" : ", " + this->Place) + ": " + what);
}

void JsonNode::Expect(const std::string& what) const
{
  const std::string found =
    this->Value.dump(-1, ' ', true, Json::error_handler_t::replace); // never throws
  this->Fail(Shortened(found) + " is found; " + what + " is expected.");
}

void JsonNode::CheckKeys(const std::vector<std::string>& known) const
{
  if (!this->Value.is_object())
  {
    this->Expect("an object, { ... },");
  }
  for (const auto& item : this->Value.items())
  {
    const std::string& key = item.key();
    if (std::find(known.begin(), known.end(), key) == known.end())
    {
      const std::string nearest = *std::min_element(known.begin(), known.end(),
        [&](const auto& a, const auto& b) { return Distance(a, key) < Distance(b, key); });
      this->Fail(
        "there is no key \"" + Shortened(key) + "\" here; the nearest one is \"" + nearest + "\".");
    }
  }
}

JsonNode JsonNode::Get(const char* key) const
{
  const std::string place = (this->Place.empty() ? "" : this->Place + ".") + key;
  const auto found = this->Value.find(key);
  if (found == this->Value.end())
  {
    this->Fail(std::string("the key \"") + key + "\" is missing.");
  }
  return { *found, this->File, place };
}

std::vector<JsonNode> JsonNode::List() const
{
  if (!this->IsList())
  {
    this->Expect("a list, [ ... ],");
  }
  std::vector<JsonNode> nodes;
  for (std::size_t k = 0; k < this->Value.size(); ++k)
  {
    nodes.emplace_back(this->Value[k], this->File, this->Place + "[" + std::to_string(k) + "]");
  }
  return nodes;
}

std::vector<JsonNode> JsonNode::List(std::size_t count) const
{
  if (!this->IsList() || this->Value.size() != count)
  {
    this->Expect("a list of " + std::to_string(count) + " numbers");
  }
  return this->List();
}

std::string JsonNode::Text() const
{
  if (!this->IsText() || this->Value.get_ref<const std::string&>().empty())
  {
    this->Expect("a text, \"...\",");
  }
  return this->Value.get<std::string>();
}

std::size_t JsonNode::Word(const std::vector<std::string>& words) const
{
  const auto found = this->IsText()
    ? std::find(words.begin(), words.end(), this->Value.get_ref<const std::string&>())
    : words.end();
  if (found == words.end())
  {
    std::string list;
    for (const std::string& word : words)
    {
      list += (list.empty() ? "\"" : " or \"") + word + "\"";
    }
    this->Expect(list);
  }
  return static_cast<std::size_t>(found - words.begin());
}

double JsonNode::Number() const
{
  if (!this->Value.is_number() || !std::isfinite(this->Value.get<double>()))
  {
    this->Expect("a number");
  }
  return this->Value.get<double>();
}

double JsonNode::Positive(const char* what) const
{
  if (!this->Value.is_number() || !(this->Number() > 0.0))
  {
    this->Expect(std::string("a positive number (") + what + ")");
  }
  return this->Number();
}

double JsonNode::NotNegative(const char* what) const
{
  if (!this->Value.is_number() || !(this->Number() >= 0.0))
  {
    this->Expect(std::string("a number of at least 0 (") + what + ")");
  }
  return this->Number();
}

std::int64_t JsonNode::Integer(std::int64_t least, std::int64_t most) const
{
  const bool unsignedOne = this->Value.is_number_unsigned();
  const bool fits = this->Value.is_number_integer() &&
    (!unsignedOne || this->Value.get<std::uint64_t>() <= static_cast<std::uint64_t>(most)) &&
    this->Value.get<std::int64_t>() >= least && this->Value.get<std::int64_t>() <= most;
  if (!fits)
  {
    this->Expect("an integer from " + std::to_string(least) + " to " + std::to_string(most));
  }
  return this->Value.get<std::int64_t>();
}

int JsonNode::Int(int least) const
{
  return static_cast<int>(this->Integer(least, std::numeric_limits<int>::max()));
}

}
