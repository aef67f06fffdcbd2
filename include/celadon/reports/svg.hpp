/// Charts as inline SVG: self-contained, named for assistive technology (role="img", title, desc), legible in black and white (shape, dash
/// and word beside every colour), in a wide and a narrow drawing so that text keeps its size on a phone.
#pragma once

#include <celadon/reports/chart.hpp>
#include <celadon/reports/text_buffer.hpp>

#include <string>
#include <string_view>

namespace celadon::inline CELADON_ABI::reports {

struct SvgOptions {
  bool narrow = false;         ///< 340 units wide instead of 660; one unit is meant to be one CSS pixel
  bool standalone = false;     ///< carries its own style and namespace (a file, a notebook); pages bring the style once
  std::string_view id_prefix;  ///< put before the ids of title and description where several reports share a page
};

/// Appends the drawing. Text is escaped. Labels that do not fit are shortened with an ellipsis and kept whole in a tooltip.
/// Cost: O(numbers). Reentrant.
void append_svg(const Chart& chart, TextBuffer& out, const SvgOptions& options = {});
[[nodiscard]] std::string svg(const Chart& chart, const SvgOptions& options = {});
/// The style rules that the drawings use, for a page's style element.
[[nodiscard]] std::string_view svg_style();

}  // namespace celadon::inline CELADON_ABI::reports
