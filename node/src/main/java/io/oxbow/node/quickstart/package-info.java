/**
 * The main job on the embedded default, start to end, on a real data set (USGS earthquakes of one
 * week, U.S. public domain): {@link io.oxbow.node.quickstart.Quickstart}.
 */
@NullMarked
package io.oxbow.node.quickstart;

import org.jspecify.annotations.NullMarked;
