"""The engine process: models and Chroma, where native code may die without taking the screen along."""
