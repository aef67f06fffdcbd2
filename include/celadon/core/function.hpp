/// std::function for contracts. Where the standard library has it in a header of its own that is taken: the whole of <functional>
/// would cost each contract a sixth of the time it may take to compile.
#pragma once

#if __has_include(<bits/std_function.h>)
#include <bits/std_function.h>
#else
#include <functional>
#endif
