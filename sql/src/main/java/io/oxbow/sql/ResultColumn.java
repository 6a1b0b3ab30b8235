package io.oxbow.sql;

/**
 * A column of a result.
 *
 * @param type as Trino writes it, e.g. {@code decimal(10, 2)}
 * @param numeric whether its values are numbers, which go to the right
 */
public record ResultColumn(String name, String type, boolean numeric) {}
