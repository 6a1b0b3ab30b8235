@NullMarked
package io.oxbow.catalog;

import org.jspecify.annotations.NullMarked;
