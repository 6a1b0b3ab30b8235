/** Tests of the house rules: they read sources, documents and class files of all modules. */
@NullMarked
package io.oxbow.tidy;

import org.jspecify.annotations.NullMarked;
