package org.postern.variable;

import java.util.List;
import java.util.stream.Collectors;

/// Where something stands, and which values in it stand elsewhere. Any two are equal: it tells
/// people where to look and changes nothing of what holds, so what moves by a comment is the same.
///
/// @param place such as `policy.yaml:12:5`
/// @param used the values that it refers to
public record Origin(String place, List<Used> used) {
    public Origin {
        used = List.copyOf(used);
    }

    /// For people: the place, and behind it what stands elsewhere.
    public String words() {
        return used.stream()
                .map(each -> ", where " + each.words())
                .collect(Collectors.joining("", place, ""));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Origin;
    }

    @Override
    public int hashCode() {
        return 0;
    }
}
