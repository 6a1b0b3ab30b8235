/**
 * Rules for what the catalog's clients commit to the tables of topics: the next records of a topic
 * still find a table that takes them. Part of the layer between the catalog and its REST protocol.
 */
@NullMarked
package io.oxbow.tableflow.guard;

import org.jspecify.annotations.NullMarked;
