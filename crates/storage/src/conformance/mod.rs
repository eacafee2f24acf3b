//! What every backend must do, as many small functions.
