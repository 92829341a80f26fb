"""Numbers as .NET writes them."""


def double_text(number: float) -> str:
    """A .NET double: `6`, `1234.5`, `1E+21`, `1E-05`. The digits are the fewest that read as the same number.

    Exponents begin at 18 digits before the point, and at 1E-05. Source: .NET's Number.Formatting.cs, FormatGeneral with
    a double's MaxRoundTripDigits.
    """
    if isinstance(number, int) and abs(number) < 10**15:
        return str(number)
    mantissa, _, exponent = repr(float(number)).partition("e")
    sign, mantissa = ("-", mantissa[1:]) if mantissa.startswith("-") else ("", mantissa)
    whole, _, fraction = mantissa.partition(".")
    all_digits = whole + fraction
    digits = all_digits.lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(all_digits) - len(digits))  # the first digit is just before 1
    digits = digits.rstrip("0") or "0"
    if digits == "0":
        return sign + "0"
    if -4 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    if 0 < point <= 17:
        return sign + digits[:point].ljust(point, "0") + (f".{digits[point:]}" if len(digits) > point else "")
    rest = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{rest}E{'-' if point < 1 else '+'}{abs(point - 1):02}"
