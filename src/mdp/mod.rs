//! The formalism: variables, states, beats, luck, the enumerated model, policies and bounds.
