/**
 * Keys and values become columns. {@link io.oxbow.tableflow.value.RowDecoder} makes a row of a
 * record; a {@link io.oxbow.tableflow.value.FieldDecoder} per format fills in what the key or the
 * value holds. Decoders compile a plan per shape (and per writer's schema) and follow it record by
 * record; whatever the plan does not know takes a slower way that lets the shape grow.
 *
 * <p>What cannot be decoded is a {@link io.oxbow.tableflow.value.BadRecordException}: expected,
 * cheap, and never in the way of the record's neighbours. Not thread-safe.
 */
@NullMarked
package io.oxbow.tableflow.value;

import org.jspecify.annotations.NullMarked;
