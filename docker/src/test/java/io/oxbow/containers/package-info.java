/** The image and Trino's beside it, built and run as containers. */
@NullMarked
package io.oxbow.containers;

import org.jspecify.annotations.NullMarked;
