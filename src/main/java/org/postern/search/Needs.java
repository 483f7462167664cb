package org.postern.search;

import java.util.Comparator;
import org.postern.grammar.SearchKey;

/// What is looked at of a message, from the cheapest to the dearest.
public enum Needs {
    FLAGS,
    ROW,
    /// Its header section, which its outline has.
    FIELDS,
    BODY;

    static Needs of(SearchKey key) {
        return switch (key) {
            case SearchKey.And(var keys) ->
                    keys.stream().map(Needs::of).max(Needs::compareTo).orElse(FLAGS);
            case SearchKey.Or(var one, var other) -> of(one).or(of(other));
            case SearchKey.Not(var inner) -> of(inner);
            case SearchKey.Flag _, SearchKey.Recent _, SearchKey.Modseq _, SearchKey.Numbers _ ->
                    FLAGS;
            case SearchKey.Size _, SearchKey.Age _, SearchKey.ObjectId _ -> ROW;
            case SearchKey.Day(var clock, _, _) -> clock == SearchKey.Clock.SENT ? FIELDS : ROW;
            case SearchKey.Header _ -> FIELDS;
            case SearchKey.Text _ -> BODY;
        };
    }

    /// Whether it depends on what messages say.
    boolean reads() {
        return this == FIELDS || this == BODY;
    }

    /// The dearer one.
    public Needs or(Needs other) {
        return compareTo(other) > 0 ? this : other;
    }

    /// Whether header fields are looked at. Looking through a body needs none of them from the
    /// outline: they are read with it.
    static boolean fields(SearchKey key) {
        return switch (key) {
            case SearchKey.And(var keys) -> keys.stream().anyMatch(Needs::fields);
            case SearchKey.Or(var one, var other) -> fields(one) || fields(other);
            case SearchKey.Not(var inner) -> fields(inner);
            case SearchKey.Flag _,
                    SearchKey.Recent _,
                    SearchKey.Modseq _,
                    SearchKey.Numbers _,
                    SearchKey.Size _,
                    SearchKey.Age _,
                    SearchKey.ObjectId _,
                    SearchKey.Day _,
                    SearchKey.Header _,
                    SearchKey.Text _ ->
                    of(key) == FIELDS;
        };
    }

    /// The same key, with what costs least asked first, so that what costs most is asked of few
    /// messages.
    static SearchKey cheapestFirst(SearchKey key) {
        return switch (key) {
            case SearchKey.And(var keys) ->
                    new SearchKey.And(
                            keys.stream()
                                    .map(Needs::cheapestFirst)
                                    .sorted(Comparator.comparing(Needs::of))
                                    .toList());
            case SearchKey.Or(var one, var other) ->
                    of(one).compareTo(of(other)) > 0
                            ? new SearchKey.Or(cheapestFirst(other), cheapestFirst(one))
                            : new SearchKey.Or(cheapestFirst(one), cheapestFirst(other));
            case SearchKey.Not(var inner) -> new SearchKey.Not(cheapestFirst(inner));
            case SearchKey.Flag _,
                    SearchKey.Recent _,
                    SearchKey.Modseq _,
                    SearchKey.Numbers _,
                    SearchKey.Size _,
                    SearchKey.Age _,
                    SearchKey.ObjectId _,
                    SearchKey.Day _,
                    SearchKey.Header _,
                    SearchKey.Text _ ->
                    key;
        };
    }
}
